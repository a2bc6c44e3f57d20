/**
 * ONNX Runtime for Linux reports usage to its maker and keeps files of that in the folder for temporary files, unless it is told not to before it is loaded. Node hands what is
 * assigned here on to the environment that native code reads. Whoever sets it to something else has their way.
 */
// eslint-disable-next-line no-restricted-syntax -- it is no setting of ours that is read, but one of the library's that is made
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
