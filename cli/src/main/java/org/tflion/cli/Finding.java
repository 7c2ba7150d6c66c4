package org.tflion.cli;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor looked at.
 *
 * @param name of the thing
 * @param status whether it is as it should be
 * @param detail what was found
 * @param cure what to do about it, or null if there is nothing to do
 */
record Finding(String name, Status status, String detail, @Nullable String cure) {

  /** How grave it is: only a failure keeps training from working. */
  enum Status {
    OK,
    WARN,
    FAIL
  }

  static Finding ok(String name, String detail) {
    return new Finding(name, Status.OK, detail, null);
  }

  static Finding warn(String name, String detail, String cure) {
    return new Finding(name, Status.WARN, detail, cure);
  }

  static Finding fail(String name, String detail, String cure) {
    return new Finding(name, Status.FAIL, detail, cure);
  }
}
