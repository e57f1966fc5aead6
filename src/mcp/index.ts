export { CATALOGUE, INSTRUCTIONS, type ToolCard } from './catalogue.ts';
export { createMcpHttpHandler, type McpHttpDoor, type McpHttpSettings } from './http.ts';
export { createMcpServer, type McpServerSettings } from './server.ts';
export { type StdioDoor, serveStdioOn } from './stdio.ts';
