package org.tflion.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.tpu.topology.Generation;

class LocalChipsTest {

  @TempDir Path bus;

  private void device(String slot, String vendor, String device, String subsystem)
      throws IOException {
    Path directory = Files.createDirectory(bus.resolve(slot));
    Files.writeString(directory.resolve("vendor"), vendor + "\n");
    Files.writeString(directory.resolve("device"), device + "\n");
    Files.writeString(directory.resolve("subsystem_device"), subsystem + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0x0027, 0x004e, V2",
    "0x0027, 0x004f, V3",
    "0x005e, 0x0000, V4",
    "0x0063, 0x0000, V5E",
    "0x0062, 0x0000, V5P",
    "0x006f, 0x0000, V6E",
    "0x0076, 0x0000, TPU7X"
  })
  void countsTheChipsOfEachGeneration(String device, String subsystem, Generation generation)
      throws IOException {
    for (int i = 0; i < 4; i++) {
      device("0000:00:0" + i + ".0", "0x1ae0", device, subsystem);
    }
    device("0000:00:08.0", "0x10de", device, subsystem); // another vendor
    device("0000:00:09.0", "0x1ae0", "0x0042", subsystem); // a network card of the same vendor
    Files.createDirectory(bus.resolve("0000:00:0a.0")); // a device that hides its files
    assertThat(LocalChips.scan(bus)).hasValue(new LocalChips(generation, 4));
  }

  @Test
  void findsNothingOnOtherMachines() throws IOException {
    device("0000:00:01.0", "0x8086", "0x1237", "0x1100");
    assertThat(LocalChips.scan(bus)).isEmpty();
    assertThat(LocalChips.scan(bus.resolve("absent"))).isEmpty();
  }
}
