package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTest {

  private static Output failing(String reason) {
    return new Output(
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException(reason);
          }
        });
  }

  private static void print(Output output) {
    new PrintWriter(output, true, StandardCharsets.UTF_8).println("result");
  }

  @Test
  void remembersWhatWritersOfTextKeepToThemselves() {
    Output output = failing("No space left on device");
    print(output);
    assertThat(output.failure()).isEqualTo("No space left on device");
  }

  @Test
  void aReaderMayCloseThePipe() {
    Output output = failing("Broken pipe");
    print(output);
    assertThat(output.failure()).isNull();
  }

  @Test
  void passesOnWhatItIsGiven() {
    var bytes = new ByteArrayOutputStream();
    Output output = new Output(bytes);
    print(output);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("result" + System.lineSeparator());
    assertThat(output.failure()).isNull();
  }
}
