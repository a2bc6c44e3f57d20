export { parseOptions, type OptionSpecs } from '#config';
