package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VersionTest {

  @Test
  void isThatOfTheProject() {
    assertThat(Path.of("../pom.xml"))
        .content()
        .contains(
            "<artifactId>tf-lion-parent</artifactId>\n  <version>"
                + Version.CURRENT
                + "</version>");
  }
}
