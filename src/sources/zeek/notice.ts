import { ends, type Mapping, optionalEndpoint } from './fields.ts';

/** A finding's name in Zeek's own name space: `Scan::Address_Scan`. */
const NOTICE_TYPE = /^[A-Za-z][A-Za-z0-9_]{0,46}::[A-Za-z][A-Za-z0-9_]{0,46}$/;

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
