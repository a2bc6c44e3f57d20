/**
 * Names of attributes: OpenTelemetry's semantic conventions where they have one (a test compares the two), ours under `broadsheet.`.
 * Written out here so that a process whose traces are off loads no package for them.
 */
export const attributeNames = {
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  rpcSystem: 'rpc.system.name',
  rpcMethod: 'rpc.method',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  messagingSystem: 'messaging.system.name',
  messagingOperation: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingDestination: 'messaging.destination.name',
  messagingPartition: 'messaging.destination.partition.id',
  messagingBatch: 'messaging.batch.message_count',
  messagingGroup: 'messaging.consumer.group.name',
  serviceName: 'service.name',
  serviceNamespace: 'service.namespace',
  serviceInstance: 'service.instance.id',
  stage: 'broadsheet.stage',
  component: 'broadsheet.component',
  kept: 'broadsheet.kept',
  dropped: 'broadsheet.dropped',
  skipped: 'broadsheet.skipped',
  surface: 'broadsheet.surface',
  degraded: 'broadsheet.degraded',
} as const;

/** What `rpc.system.name` calls Nest's messages over TCP; the conventions leave the name to who makes the system. */
export const NEST_TCP = 'nestjs_tcp';
