import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installation } from './tensorflow'

/**
 * What a program that computes with ordinary tfjs makes of `input`, as JSON on its stdin: with tfjs-node, or the same in plain
 * JavaScript where there is no TensorFlow.
 * @param program such as `new URL('oracle.cjs', import.meta.url)`; its argv has what to require
 */
export async function askTfjs<Answer>(program: URL, input: unknown): Promise<Answer> {
  const tfjs = installation
    ? join(installation.folder, 'node_modules', '@tensorflow', 'tfjs-node')
    : '@tensorflow/tfjs'
  const running = promisify(execFile)(process.execPath, [fileURLToPath(program), tfjs], {
    maxBuffer: 2 ** 28,
    env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: '0', TF_CPP_MIN_LOG_LEVEL: '3' },
  })
  running.child.stdin!.end(JSON.stringify(input))
  return JSON.parse((await running).stdout) as Answer
}
