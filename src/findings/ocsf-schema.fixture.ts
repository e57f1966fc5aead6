import { readFileSync } from 'node:fs';

interface Attribute {
  readonly required?: true;
  readonly array?: true;
  /** An object of the schema, by name; else a `type` such as `string_t`. */
  readonly object?: string;
  readonly type?: string;
  readonly enum?: Readonly<Record<string, string>>;
}

interface Shape {
  readonly at_least_one: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** What ocsf/ocsf-schema says at tag v1.5.0 of the classes and objects that findings use: names, types, enums, what is required. */
const SCHEMA = JSON.parse(
  readFileSync(new URL('fixtures/ocsf-1.5.0.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Shape>>;

const PRIMITIVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string_t: (value) => typeof value === 'string' && value !== '',
  resource_uid_t: (value) => typeof value === 'string' && value !== '',
  integer_t: Number.isSafeInteger,
  long_t: Number.isSafeInteger,
  timestamp_t: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  boolean_t: (value) => typeof value === 'boolean',
  json_t: () => true,
};

/** Everything about a value that is against the schema, with its place. */
export function againstSchema(value: unknown, name: string, place = name): string[] {
  const shape = SCHEMA[name];
  if (name === 'object') return [];
  if (shape === undefined) return [`${place}: the schema's ${name} is not known here`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${place}: is no object`];
  const given = new Map(Object.entries(value));
  const missing = Object.entries(shape.attributes)
    .filter(([key, { required }]) => required === true && !given.has(key))
    .map(([key]) => `${place}.${key}: is required`);
  const lacks = shape.at_least_one.length > 0 && !shape.at_least_one.some((key) => given.has(key));
  const none = lacks ? [`${place}: needs one of ${shape.at_least_one.join(', ')}`] : [];
  return [
    ...missing,
    ...none,
    ...[...given].flatMap(([key, each]) => {
      const attribute = shape.attributes[key];
      return attribute === undefined
        ? [`${place}.${key}: is unknown`]
        : ofAttribute(each, attribute, `${place}.${key}`);
    }),
    ...captions(given, shape, place),
  ];
}

function ofAttribute(value: unknown, attribute: Attribute, place: string): string[] {
  if (attribute.array !== true) return ofOne(value, attribute, place);
  if (!Array.isArray(value)) return [`${place}: is no list`];
  return value.flatMap((each, index) => ofOne(each, attribute, `${place}[${index}]`));
}

function ofOne(value: unknown, { object, type = '', enum: known }: Attribute, place: string): string[] {
  if (object !== undefined) return againstSchema(value, object, place);
  if (PRIMITIVES[type]?.(value) !== true) return [`${place}: is no ${type}`];
  return known === undefined || String(value) in known
    ? []
    : [`${place}: ${String(value)} is not in the enum`];
}

/** `severity` is the caption of `severity_id`, and so on. */
function captions(given: ReadonlyMap<string, unknown>, { attributes }: Shape, place: string): string[] {
  return [...given].flatMap(([key, id]) => {
    const [, base] = /^(.+)_id$/.exec(key) ?? [];
    const said = base === undefined ? undefined : given.get(base === 'activity' ? 'activity_name' : base);
    const caption = attributes[key]?.enum?.[String(id)];
    return said === undefined || caption === undefined || said === caption
      ? []
      : [`${place}.${base}: ${JSON.stringify(said)} is not the caption ${caption} of ${String(id)}`];
  });
}
