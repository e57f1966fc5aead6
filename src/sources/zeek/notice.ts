import { ends, type Mapping, optionalEndpoint } from './fields.ts';

/** A finding's name in its script's module, `Scan::Address_Scan`; one of a script without a module has none before it. */
const NOTICE_TYPE = /^(?:[A-Za-z]\w{0,46}::){0,3}[A-Za-z]\w{0,46}$/;

/** The rule and whom it is about. The message and its addition are text about people and content: not read. */
export const notice: Mapping = (record, common) => {
  const rule = record.text('note');
  if (rule === null) return record.refuse('missing_field', 'note');
  if (!NOTICE_TYPE.test(rule)) return record.refuse('invalid_value', 'note');
  const { from, to } = ends(record);
  const dropped = record.bool('dropped') === true || record.texts('actions').includes('Notice::ACTION_DROP');
  return {
    kind: 'finding',
    ...common,
    from: from ?? optionalEndpoint(record, 'src'),
    to: to ?? optionalEndpoint(record, 'dst', 'p'),
    rule,
    severity: null,
    outcome: dropped ? 'blocked' : 'unknown',
    policy: null,
  };
};
