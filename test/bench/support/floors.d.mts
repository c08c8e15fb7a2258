export function judged(name: string, measure: string, value: number): { floor: string | null; met: boolean | null }
