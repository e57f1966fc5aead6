import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ANSWERS, INPUTS, type ToolName } from '../model/index.ts';

type JsonSchema = Record<string, unknown>;

/** An output vocabulary longer than this is advertised as a plain string; the server still validates each word. */
const LONGEST_ADVERTISED_ENUM = 24;

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

/** Zod's regular expression of a date-time is 270 bytes; `format` says the same to a reader. */
function withoutPattern({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

/**
 * Leaves out what a client does not need to read an answer and the budget of tools/list (contract §2) cannot
 * afford: bounds, the type beside an enum, and `required` below the top (the page's keys stay required).
 */
function lean({
  jsonSchema,
  path,
}: {
  jsonSchema: z.core.JSONSchema.BaseSchema;
  path: readonly PropertyKey[];
}): void {
  delete jsonSchema.minimum;
  delete jsonSchema.maximum;
  if (path.length > 0) delete jsonSchema.required;
  if (jsonSchema.enum === undefined) return;
  if (jsonSchema.enum.length > LONGEST_ADVERTISED_ENUM) delete jsonSchema.enum;
  else delete jsonSchema.type;
}

function convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, {
    io,
    override: io === 'input' ? withoutPattern : lean,
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
  };
}

/** Converted once per process: conversion per request costs five times as much as the rest of tools/list. */
export const INPUT_SCHEMAS = convertEach(INPUTS, 'input');
export const OUTPUT_SCHEMAS = convertEach(ANSWERS, 'output');
