/** What a person sees who opens the address in a browser. Fixed text; `base` comes from the allowed hosts. */
export function landingPage(base: string, version: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stance</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}code{font-size:1em}</style>
<h1>Stance ${version}</h1>
<p>This is a security posture engine. It is meant for an AI assistant:</p>
<dl>
<dt>MCP (Streamable HTTP)</dt><dd><code>${base}/mcp</code></dd>
<dt>Telemetry intake</dt><dd><code>POST ${base}/v1/events</code></dd>
<dt>Health</dt><dd><a href="/healthz"><code>${base}/healthz</code></a></dd>
</dl>
</html>
`;
}
