/** A group of attackers as one catalogue knows it: a name, and the names that others give the same group. */
export interface NamedActor {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Who is who among attackers, by the word of one catalogue. Catalogues disagree, and one name may be of several groups. */
export interface ActorCatalogue {
  readonly id: string;
  readonly name: string;
  readonly actors: readonly NamedActor[];
}
