package org.tflion.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetadataTest {

  @Test
  void readsAValueAndKnowsWhatIsMissing() throws Exception {
    try (FakeMetadata server = new FakeMetadata().put("instance/zone", "us-east5-a\n")) {
      Metadata metadata = Metadata.of(Map.of("GCE_METADATA_HOST", server.host()));
      assertThat(metadata.get("instance/zone")).hasValue("us-east5-a");
      assertThat(metadata.get("instance/none")).isEmpty();
    }
  }

  @Test
  void refusesAnswersOfSomethingElse() throws Exception {
    try (FakeMetadata server = new FakeMetadata().put("instance/zone", "login page")) {
      server.flavor("Portal");
      assertThatThrownBy(() -> server.client().get("instance/zone"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Metadata-Flavor");
    }
  }

  @Test
  void reportsAServerThatFails() throws Exception {
    try (FakeMetadata server = new FakeMetadata()) {
      server.failNext(1);
      assertThatThrownBy(() -> server.client().get("instance/zone"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(got 503)");
    }
  }

  @Test
  void givesUpOnAServerThatNeverAnswers() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Metadata metadata =
          new Metadata("127.0.0.1:" + silent.getLocalPort(), Duration.ofMillis(200));
      assertThatThrownBy(() -> metadata.get("instance/zone")).isInstanceOf(IOException.class);
    }
  }
}
