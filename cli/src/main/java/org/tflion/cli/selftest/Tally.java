package org.tflion.cli.selftest;

/** Counts the tries of a drill. */
final class Tally {

  private final String drill;
  private int tries;
  private int survived;
  private long lost;

  Tally(String drill) {
    this.drill = drill;
  }

  /** One more try. */
  void add(boolean survives) {
    add(survives, 0);
  }

  /** One more try, which lost some steps that it should not have. */
  void add(boolean survives, long loses) {
    tries++;
    survived += survives ? 1 : 0;
    lost += Math.max(loses, 0);
  }

  Outcome outcome() {
    return new Outcome(drill, tries, survived, lost);
  }
}
