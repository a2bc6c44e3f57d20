/**
 * The yardstick: a Fastify without anything that answers every path with the bytes of a file. A program of its own, so that it has
 * a core to itself like the gateway. Prints its port as its first line.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('bare-fastify FILE');
const body = readFileSync(file);
const server = fastify();
server.get('/*', (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(body));
await server.listen({ host: '127.0.0.1', port: 0 });
console.log((server.server.address() as AddressInfo).port);
