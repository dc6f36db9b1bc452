/** The text of src/backends/wasm/binary.ts. */
export function compileKernels(folder?: string): Promise<string>
