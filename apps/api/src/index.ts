export { type AppType, createApp } from './app.ts';
export { type Client, createClient, segment } from './client.ts';
export { openApiDocument } from './openapi.ts';
export { presentFinding, renderRow } from './present-finding.ts';
export { type RunningServer, ServerStartError, startServer } from './server.ts';
export {
  type PartHealth,
  refuseOptions,
  type ServedSource,
  type ServerFacts,
  type ServerOptions,
} from './server-options.ts';
