import { resolve } from 'node:path'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import {
  CallToolRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import packageJson from '../../../package.json'
import { skill, skillFile } from '../../lab/assistant/skill'
import { assistantTools } from '../../lab/assistant/tools'
import { TicketLabError } from '../../support/errors'
import { lookUp } from '../../support/options'
import { assistantHost } from './host'
import { appendCell } from './notebook'

/** Offers the tools to an assistant that speaks the Model Context Protocol, over standard input and output, until it leaves. */
export async function serveMcp(notebook: string): Promise<void> {
  const path = resolve(notebook)
  const writeCell = async (code: string): Promise<string> => {
    await appendCell(path, code)
    return path
  }
  // McpServer takes schemas of zod only; ours are made of the tables of options.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const server = new Server(
    { name: 'ticketlab', version: packageJson.version },
    { capabilities: { tools: {}, prompts: {}, resources: {} } },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(assistantTools).map(([name, { title, description, schema, readOnly }]) => ({
      name,
      title,
      description,
      inputSchema: schema as { type: 'object' },
      annotations: { readOnlyHint: readOnly, destructiveHint: false, openWorldHint: false },
    })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    try {
      const tool = lookUp(assistantTools, params.name, 'tool')
      const text = await tool.call(params.arguments, assistantHost(writeCell, signal))
      return { content: [{ type: 'text', text }] }
    } catch (error) {
      // What is expected to fail is told to the assistant, which can mend it; anything else is a fault of ours.
      if (!(error instanceof TicketLabError)) throw error
      return { isError: true, content: [{ type: 'text', text: error.message }] }
    }
  })
  offerSkill(server)
  const left = new Promise<void>((done) => (server.onclose = done))
  await server.connect(new StdioServerTransport())
  process.stdin.once('end', () => void server.close())
  await left
}

/** Offers the skill in both ways that the protocol has for text: a prompt, which users choose, and a resource, which agents read. */
// eslint-disable-next-line @typescript-eslint/no-deprecated
function offerSkill(server: Server): void {
  const { name, title, description, text } = skill
  const resource = { uri: `ticketlab://skills/${name}/SKILL.md`, mimeType: 'text/markdown' }
  const prompts = { [name]: text }
  const resources = { [resource.uri]: skillFile() }
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [{ name, title, description }] }))
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => ({
    description,
    messages: [
      {
        role: 'user' as const,
        content: { type: 'text' as const, text: lookUp(prompts, params.name, 'prompt') },
      },
    ],
  }))
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: [{ ...resource, name, title, description }],
  }))
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => ({
    contents: [{ ...resource, text: lookUp(resources, params.uri, 'resource') }],
  }))
}
