import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The label of each flow, by the sensor's id of it, from the label column of Zeek's tab-separated logs. */
export async function readLabels(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  for (const path of await filesIn(paths)) {
    if (!/label/.test(path)) continue;
    labelsOf(await readText(path), labels);
  }
  return labels;
}

/** Files under these paths, in the order of their names. */
async function filesIn(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) found.push(path);
    else found.push(...(await filesIn((await readdir(path)).sort().map((name) => join(path, name)))));
  }
  return found;
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

function labelsOf(text: string, labels: Map<string, string>): void {
  let [uid, label] = [-1, -1];
  for (const line of text.split('\n')) {
    const cells = line.split('\t');
    if (cells[0] === '#fields') [uid, label] = [cells.indexOf('uid') - 1, cells.indexOf('label') - 1];
    if (line.startsWith('#') || uid < 0 || label < 0) continue;
    const [id, said] = [cells[uid], cells[label]];
    // Of several logs that speak of a flow, the first that knows decides.
    if (id !== undefined && said !== undefined && said !== '' && !labels.has(id)) labels.set(id, said.trim());
  }
}
