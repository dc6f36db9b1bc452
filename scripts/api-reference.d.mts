/** The text of docs/api.md. */
export function apiReference(): Promise<string>
