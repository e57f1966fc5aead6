/**
 * A claim to a row that changes hands as identities merge and split: where it is, however often it moved, and
 * whether somebody lives it now.
 */
export class Claim<Home> {
  home: Home;
  row: number;
  isLived = true;

  constructor(home: Home, row: number) {
    this.home = home;
    this.row = row;
  }
}
