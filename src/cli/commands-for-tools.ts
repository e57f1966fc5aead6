/** Where somebody who types commands finds what a tool's answer refers to. */
const COMMAND_OF: Readonly<Record<string, string>> = {
  list_anomalies: 'stance anomalies list',
  search_entities: 'stance entities list',
};
const TOOL = new RegExp(`\\b(?:${Object.keys(COMMAND_OF).join('|')})\\b`, 'g');

/** A tool's refusal in the words of whoever typed a command: no tool is asked there. */
export function inCommands(message: string): string {
  return message.replaceAll(TOOL, (tool) => COMMAND_OF[tool] ?? tool);
}
