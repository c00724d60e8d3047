import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';

/** Leads to a database, and cuts connections in the middle of a chunk. */
export interface CuttingProxy {
  readonly url: string;
  /** How many connections it has cut. */
  readonly cuts: () => number;
  readonly close: () => Promise<void>;
}

/** How a chunk's body begins, whatever carries it: gzip with no name and no time, as bytes or as a parameter's text. */
const GZIP = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00]);
const chunkAt = (bytes: Buffer) => Math.max(bytes.indexOf(GZIP), bytes.indexOf(GZIP.toString('hex')));

/** A way to the database behind `url` on which every so many chunks one gets through to its half only. */
export async function startCuttingProxy(url: string, every: number): Promise<CuttingProxy> {
  const { searchParams, port, username, pathname } = new URL(url);
  const socketPath = join(searchParams.get('host') ?? '', `.s.PGSQL.${port}`);
  let chunks = 0;
  let cuts = 0;
  const proxy = createServer((client) => {
    const server = createConnection(socketPath);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => {});
    server.on('data', (bytes) => client.write(bytes));
    client.on('data', (bytes: Buffer) => {
      const at = chunkAt(bytes);
      if (at >= 0) chunks += 1;
      if (at < 0 || chunks % every !== 0) {
        server.write(bytes);
        return;
      }
      cuts += 1;
      server.write(bytes.subarray(0, at + Math.ceil((bytes.length - at) / 2)), () =>
        client.resetAndDestroy(),
      );
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const ownPort = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `postgres://${username}@127.0.0.1:${ownPort}${pathname}`,
    cuts: () => cuts,
    close: async () => {
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
