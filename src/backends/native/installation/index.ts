export { nativeObstacle } from './compile'
export { installNative, type NativeInstallOptions } from './install'
export {
  describeNative,
  findNative,
  requireNative,
  type NativeInstallation,
  type NativeManifest,
  type NativeState,
} from './manifest'
export { verifyNative, type NativeVerification } from './verify'
