// The host names that API Gateway gives to an API.

/** It contains the Region to sign for. A custom domain name does not. */
const API_HOST = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/

/** The Region in an API's default host name; undefined for any other name. */
export const regionOfApi = (hostname: string): string | undefined => API_HOST.exec(hostname)?.[1]
