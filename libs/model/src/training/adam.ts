/** Parameters that are trained together, and where their gradients are summed up. Same lengths. */
export interface Trainable {
  readonly values: Float64Array;
  readonly gradients: Float64Array;
}

export const trainable = (values: Float64Array): Trainable => ({ values, gradients: new Float64Array(values.length) });

export interface AdamSettings {
  readonly learningRate: number;
  /** Decoupled weight decay a step, times the learning rate. */
  readonly decay: number;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** Adam with decoupled weight decay. Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019. */
export class Adam {
  readonly #moments: readonly { readonly first: Float64Array; readonly second: Float64Array }[];
  #step = 0;

  constructor(private readonly groups: readonly Trainable[]) {
    this.#moments = groups.map(({ values }) => ({ first: new Float64Array(values.length), second: new Float64Array(values.length) }));
  }

  /** One step along the gradients, which are set back to zero. */
  step({ learningRate, decay }: AdamSettings): void {
    this.#step += 1;
    const rate = (learningRate * Math.sqrt(1 - BETA_2 ** this.#step)) / (1 - BETA_1 ** this.#step);
    for (const [index, { values, gradients }] of this.groups.entries()) {
      const { first, second } = this.#moments[index]!;
      for (let i = 0; i < values.length; i += 1) {
        const gradient = gradients[i]!;
        first[i] = BETA_1 * first[i]! + (1 - BETA_1) * gradient;
        second[i] = BETA_2 * second[i]! + (1 - BETA_2) * gradient * gradient;
        values[i]! -= (rate * first[i]!) / (Math.sqrt(second[i]!) + EPSILON) + learningRate * decay * values[i]!;
      }
      gradients.fill(0);
    }
  }
}
