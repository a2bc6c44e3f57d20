import './no-telemetry.js';

/** The library that runs the models: from here and nowhere else, so that what must be set before it loads is set. */
export { env, InferenceSession, Tensor } from 'onnxruntime-node';
