import { completable, type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** One red pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A WAV header and no sample. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (words: string) => ({ type: 'text' as const, text: words });
const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
const resource = (uri: string, mimeType: string, words: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: words },
});
const described = (mimeType: string) => ({ description: 'Conformance', mimeType });
const say = (content: ReturnType<typeof text | typeof resource> | typeof image) => ({
  messages: [{ role: 'user' as const, content }],
});

/** Tools, resources, prompts and completions with fixed content. */
export function addContentFixtures(server: McpServer): void {
  addTools(server);
  addResources(server);
  addPrompts(server);
}

function addTools(server: McpServer): void {
  const tool = (name: string, content: readonly unknown[]) =>
    server.registerTool(
      name,
      { description: `Conformance: ${name}` },
      () => ({ content: [...content] }) as never,
    );
  tool('test_simple_text', [text('This is a simple text response for testing.')]);
  tool('test_image_content', [image]);
  tool('test_audio_content', [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }]);
  tool('test_embedded_resource', [
    resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ]);
  tool('test_multiple_content_types', [
    text('Multiple content types test:'),
    image,
    resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ]);
  server.registerTool('test_error_handling', { description: 'Conformance: an error' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
}

function addResources(server: McpServer): void {
  server.registerResource('static-text', 'test://static-text', described('text/plain'), ({ href }) => ({
    contents: [
      { uri: href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
    ],
  }));
  server.registerResource('static-binary', 'test://static-binary', described('image/png'), ({ href }) => ({
    contents: [{ uri: href, mimeType: 'image/png', blob: PNG }],
  }));
  server.registerResource('watched', 'test://watched-resource', described('text/plain'), ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: 'Watched.' }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, described('application/json'), ({ href }, { id }) => ({
    contents: [
      {
        uri: href,
        mimeType: 'application/json',
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
      },
    ],
  }));
}

function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'Conformance' }, () =>
    say(text('This is a simple prompt for testing.')),
  );
  const places = ['paris', 'park', 'party'];
  const arg1 = completable(z.string(), (typed) => places.filter((place) => place.startsWith(typed)));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Conformance', argsSchema: z.object({ arg1, arg2: z.string() }) },
    (args) => say(text(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'Conformance', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        ...say(resource(resourceUri, 'text/plain', 'Embedded resource content for testing.')).messages,
        ...say(text('Please process the embedded resource above.')).messages,
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Conformance' }, () => ({
    messages: [...say(image).messages, ...say(text('Please analyze the image above.')).messages],
  }));
}
