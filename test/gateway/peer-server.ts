import type { Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';

/** A running Nest TCP server. */
export interface PeerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves one controller over Nest TCP, as the real peer does: a process of its own in all but the process. */
export const servePeer = async (controller: Type, instance: object, port: number): Promise<PeerServer> => {
  @Module({ controllers: [controller], providers: [{ provide: 'DOUBLE', useValue: instance }] })
  class PeerModule {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(PeerModule, {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
    logger: false,
  });
  await app.listen();
  return { port, close: () => app.close() };
};
