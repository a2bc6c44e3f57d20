import type { ModelRegistry, ModelReplicas } from '#persistence';
import type { AdminApi, AdminReply, AdminRequest, Logger } from '#telemetry';
import type { ScorerName } from '#ranking';
import { changeModels } from '../models/change-models.js';
import { ModelChangeFailure } from '../models/model-change.failure.js';
import { ModelUnfitFailure } from '../models/model-unfit.failure.js';
import { isSilent, waitForTakeover } from '../models/takeover.js';
import { AdminProblem } from './admin-problem.js';
import { readOrder } from './model-orders.js';
import { requireOperator, type OperatorKeys } from './operator-keys.js';

/** What needs the database, opened when an order comes. */
export interface ModelStores {
  readonly registry: Pick<ModelRegistry, 'list' | 'assign' | 'liveBefore' | 'revision'>;
  readonly replicas: Pick<ModelReplicas, 'list'>;
  readonly keys: OperatorKeys;
}

export interface ModelsApiParts {
  /** @throws when the database can not be reached now. */
  readonly stores: () => Promise<ModelStores>;
  /** Loads and checks a version as a ranker would, without holding up requests. @throws when it is not fit. */
  readonly check: (name: ScorerName, version: string) => Promise<void>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/**
 * The verbs of the command `models` over HTTP, for operators with an API key:
 *
 *   GET  /v1/models                   the registry, and what each replica serves
 *   POST /v1/models/{model}/{order}   promote, shadow, arm, rollback, retire
 *
 * A key is asked for before anything is read of the order, and for reading too.
 */
export class ModelsApi {
  /** One order at a time: each looks at the registry before it changes it. */
  private ordering: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ModelsApiParts) {}

  readonly answer: AdminApi = async (request) => {
    try {
      const stores = await this.parts.stores().catch((error: unknown) => {
        throw new AdminProblem(503, 'REGISTRY_UNAVAILABLE', 'the database with keys and registry can not be reached', { cause: error });
      });
      const { name: operator } = await requireOperator(request.authorization, stores.keys);
      if (request.path === '') return await this.told(request, stores);
      return await this.followed(request, stores, operator);
    } catch (error) {
      return this.problemOf(error).reply();
    }
  };

  private async told({ method }: AdminRequest, { registry, replicas }: ModelStores): Promise<AdminReply> {
    demandMethod(method, ['GET', 'HEAD']);
    const revision = await registry.revision();
    const reports = await replicas.list();
    return {
      status: 200,
      body: { revision, models: await registry.list(), replicas: reports.map((each) => ({ ...each, silent: isSilent(each) })) },
    };
  }

  private async followed(request: AdminRequest, { registry, replicas }: ModelStores, operator: string): Promise<AdminReply> {
    const { path, method, body, contentType } = request;
    demandMethod(method, ['POST']);
    if (body === null) throw new AdminProblem(413, 'BODY_TOO_LARGE', 'an order has at most 16 KiB');
    if (body !== '' && !/^application\/json\b/i.test(contentType ?? ''))
      throw new AdminProblem(415, 'MEDIA_TYPE_UNSUPPORTED', 'the body must be application/json');
    const { command, waitS } = readOrder(path, body);
    const { check, logger } = this.parts;
    const outcome = this.ordering.then(() => changeModels(command, { registry, check }));
    this.ordering = outcome.catch(() => undefined);
    const change = await outcome;
    logger.info({ operator, order: command.verb, assigned: change.assigned, revision: change.revision }, 'models were given their parts');
    const takeover = waitS === 0 ? null : await waitForTakeover(change, { replicas, waitS });
    return { status: 200, body: { ...change, takeover } };
  }

  private problemOf(error: unknown): AdminProblem {
    if (error instanceof AdminProblem) return error;
    if (error instanceof ModelUnfitFailure) return new AdminProblem(422, 'MODEL_UNFIT', error.message, { cause: error });
    if (error instanceof ModelChangeFailure) return new AdminProblem(409, 'MODEL_CHANGE_CONFLICT', error.message, { cause: error });
    this.parts.logger.error({ err: error }, 'an order for models failed');
    return new AdminProblem(500, 'INTERNAL', 'the order may not have been followed: ask for /v1/models', { cause: error });
  }
}

const demandMethod = (method: string, allowed: readonly string[]): void => {
  if (allowed.includes(method)) return;
  throw new AdminProblem(405, 'METHOD_NOT_ALLOWED', `this path takes ${allowed.join(' and ')}`, { headers: { allow: allowed.join(', ') } });
};
