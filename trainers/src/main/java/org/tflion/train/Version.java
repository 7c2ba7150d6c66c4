package org.tflion.train;

/** Which tflion this is. */
public final class Version {

  /** As in the project's pom.xml. */
  public static final String CURRENT = "0.1.0-SNAPSHOT";

  private Version() {}
}
