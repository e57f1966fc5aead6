import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ANSWERS, INPUTS, type ToolName } from '../model/index.ts';

type JsonSchema = Record<string, unknown>;

/** A vocabulary longer than this is advertised as a plain string; the server still validates each word. */
const LONGEST_ADVERTISED_ENUM = 11;

/**
 * A schema for the SDK to advertise. It lets every value pass: the door itself validates inputs
 * (to word the errors) and answers (a wrong one is a fault), so that neither is checked twice.
 */
function advertised(jsonSchema: JsonSchema): StandardSchemaWithJSON<unknown, unknown> {
  return {
    '~standard': {
      version: 1,
      vendor: 'stance',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => jsonSchema, output: () => jsonSchema },
    },
  };
}

interface Converted {
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
  readonly path: readonly PropertyKey[];
}

/**
 * Leaves out of an input what the budget of tools/list (contract §2) cannot afford: bounds, Zod's regular
 * expression of a date-time (270 bytes; `format` says the same), and long vocabularies. A refusal names them.
 */
function leanInput({ jsonSchema, path }: Converted): void {
  if (path.length > 0) delete jsonSchema.additionalProperties;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  delete jsonSchema.minLength;
  delete jsonSchema.maxLength;
  delete jsonSchema.minItems;
  delete jsonSchema.maxItems;
  delete jsonSchema.minimum;
  delete jsonSchema.maximum;
  if ((jsonSchema.enum?.length ?? 0) > LONGEST_ADVERTISED_ENUM) delete jsonSchema.enum;
}

/**
 * Leaves out of an output what a client does not need to read an answer: bounds, the type beside an enum, and, below
 * the top, `required`, closedness, and the inside of objects that are open to it. What leaves is checked whole.
 */
function leanOutput({ jsonSchema, path }: Converted): void {
  delete jsonSchema.minimum;
  delete jsonSchema.maximum;
  if (path.length > 0) {
    delete jsonSchema.required;
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  }
  if (jsonSchema['open'] === true) {
    for (const key of ['open', 'properties', 'propertyNames', 'additionalProperties']) delete jsonSchema[key];
  }
  if (jsonSchema.enum === undefined) return;
  if (jsonSchema.enum.length > LONGEST_ADVERTISED_ENUM) delete jsonSchema.enum;
  else delete jsonSchema.type;
}

function convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, {
    io,
    override: io === 'input' ? leanInput : leanOutput,
  });
  return jsonSchema;
}

type Advertised = { readonly [T in ToolName]: StandardSchemaWithJSON<unknown, unknown> };

function convertEach(schemas: { readonly [T in ToolName]: z.ZodType }, io: 'input' | 'output'): Advertised {
  const of = (tool: ToolName) => advertised(convert(schemas[tool], io));
  return {
    get_fleet_posture: of('get_fleet_posture'),
    get_device_posture: of('get_device_posture'),
    get_user_posture: of('get_user_posture'),
    get_workload_posture: of('get_workload_posture'),
    list_anomalies: of('list_anomalies'),
    get_threat_context: of('get_threat_context'),
    search_entities: of('search_entities'),
    explain_posture: of('explain_posture'),
    compare_posture: of('compare_posture'),
    simulate_change: of('simulate_change'),
    get_compliance_evidence: of('get_compliance_evidence'),
    get_fleet_statistics: of('get_fleet_statistics'),
  };
}

/** Converted once per process: conversion per request costs five times as much as the rest of tools/list. */
export const INPUT_SCHEMAS = convertEach(INPUTS, 'input');
export const OUTPUT_SCHEMAS = convertEach(ANSWERS, 'output');
