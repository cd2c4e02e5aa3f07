/** A price as it is written, with its currency: never through a float. */
export const priceText = (price: string, currency: string): string => `${price} ${currency}`;
