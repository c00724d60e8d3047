/** How a number of events is spread over turns or items. */
export interface Spread {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
  /** The Entered event of the state that the longest turn, or the longest item's first state, begins with. */
  readonly mostEventId: number;
}

/** A spread while it is counted. */
export interface Counting {
  count: number;
  sum: number;
  least: number;
  most: number;
  mostEventId: number;
}

export const startCounting = (): Counting => ({
  count: 0,
  sum: 0,
  least: Number.POSITIVE_INFINITY,
  most: 0,
  mostEventId: 0,
});

export const countIn = (counting: Counting, value: number, eventId: number): void => {
  counting.count += 1;
  counting.sum += value;
  if (value < counting.least) counting.least = value;
  if (value > counting.most) {
    counting.most = value;
    counting.mostEventId = eventId;
  }
};

/** The mean is rounded to hundredths. */
export const spreadOf = ({ count, sum, least, most, mostEventId }: Counting): Spread => ({
  least: count === 0 ? 0 : least,
  mean: count === 0 ? 0 : Math.round((sum / count) * 100) / 100,
  most,
  mostEventId,
});
