/** Sizes of the encoder of readers' states. */
export interface ReaderStateShape {
  /** Length of item vectors and of what goes through the layers; a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** Hidden units between the layers' attentions. */
  readonly hidden: number;
}

export type ParameterShapes = Readonly<Record<string, readonly number[]>>;

/** Parameters of the layers by name, with their shapes. Item vectors are not among them. */
export const parameterShapes = ({ width, heads, layers, hidden }: ReaderStateShape): ParameterShapes => {
  const shapes: Record<string, readonly number[]> = { strength: [width], final_gain: [width], final_shift: [width] };
  for (let layer = 0; layer < layers; layer += 1) {
    const of = (name: string): string => `${name}_${layer}`;
    shapes[of('kept')] = [1];
    shapes[of('gain')] = [width];
    shapes[of('shift')] = [width];
    shapes[of('score')] = [width, heads];
    shapes[of('log_decay')] = [heads];
    shapes[of('value')] = [width, width];
    shapes[of('mix')] = [width, width];
    shapes[of('inner_gain')] = [width];
    shapes[of('inner_shift')] = [width];
    shapes[of('inner_in')] = [width, hidden];
    shapes[of('inner_bias')] = [hidden];
    shapes[of('inner_out')] = [hidden, width];
    shapes[of('inner_end')] = [width];
  }
  return shapes;
};
