package org.tflion.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @TempDir private Path folder;

  /** A file with some header and data. */
  static byte[] file(String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private Path write(String header, int dataBytes) throws IOException {
    return write("x.safetensors", file(header, new byte[dataBytes]));
  }

  /** The bytes that safetensors 0.8.0 for Python writes of the same tensors and metadata. */
  @Test
  void writesTheFormatsOwnBytes() throws IOException {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put("a", List.of(2L, 1L));
    shapes.put("b", List.of(1L));
    new TensorFolderWriter(folder, 100)
        .write(shapes, name -> name.equals("a") ? new float[] {1, -2} : new float[] {0.5f});
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}   ";
    byte[] data = HexFormat.of().parseHex("0000803f" + "000000c0" + "0000003f");
    assertThat(Files.readAllBytes(folder.resolve("model.safetensors")))
        .isEqualTo(file(header, data));
    assertThat(header.length() % 8).isZero();
  }

  @Test
  void readsEveryTypeOfNumberThatItKnows() throws IOException {
    String header =
        "{\"half\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[0,12]},"
            + "\"brain\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[12,16]},"
            + "\"whole\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[16,32]},"
            + "\"one\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[32,36]},"
            + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[36,36]},"
            + "\"mask\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[36,37]}}";
    byte[] data =
        HexFormat.of()
            .parseHex(
                "003c"
                    + "00c0"
                    + "0100"
                    + "ff7b"
                    + "007c"
                    + "0080" // 1 -2 2^-24 65504 inf -0
                    + "803f"
                    + "40c1" // 1 -12
                    + "ffffffffffffffff"
                    + "0000000001000000" // -1 2^32
                    + "c3f54840" // 3.14
                    + "01");
    try (SafetensorsFile file = SafetensorsFile.open(write("x.safetensors", file(header, data)))) {
      assertThat(file.floats("half"))
          .containsExactly(1, -2, 0x1p-24f, 65504, Float.POSITIVE_INFINITY, -0f);
      assertThat(file.floats("brain")).containsExactly(1, -12);
      assertThat(file.longs("whole")).containsExactly(-1, 1L << 32);
      assertThat(file.floats("one")).containsExactly(3.14f);
      assertThat(file.floats("none")).isEmpty();
      assertThat(Objects.requireNonNull(file.tensors().get("brain")).shape())
          .containsExactly(2L, 1L);
      assertThatThrownBy(() -> file.floats("mask"))
          .hasMessageEndingWith("tensor mask must be of F32, F16 or BF16 (got BOOL)");
      assertThatThrownBy(() -> file.longs("one")).hasMessageContaining("must be of I64 (got F32)");
      assertThatThrownBy(() -> file.floats("other")).hasMessageContaining("(got none)");
    }
  }

  /** All 65,536 of them, against their definition in doubles. */
  @Test
  void readsEveryHalf() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double size =
          exponent == 0
              ? fraction * Math.pow(2, -14)
              : exponent < 31
                  ? (1 + fraction) * Math.pow(2, exponent - 15)
                  : Double.POSITIVE_INFINITY;
      if (exponent == 31 && fraction > 0) {
        size = Double.NaN;
      }
      float expected = (float) (bits >> 15 == 0 ? size : -size);
      assertThat(Float.compare(ElementType.half((short) bits), expected)).as("%x", bits).isZero();
    }
  }

  /** A buffer's worth and more, so that reading and writing come around twice. */
  @Test
  void readsBackALargeTensor() {
    float[] values = new float[300_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.1f;
    }
    new TensorFolderWriter(folder, 1 << 30)
        .write(Map.of("large", List.of(300_001L)), name -> values);
    try (TensorFolder read = TensorFolder.open(folder)) {
      assertThat(read.floats("large")).containsExactly(values);
    }
  }

  @Test
  void dividesAboveASize() throws IOException {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      shapes.put("t" + i, List.of(3L));
    }
    new TensorFolderWriter(folder, 24)
        .write(
            shapes,
            name -> {
              float[] values = new float[3];
              Arrays.fill(values, Integer.parseInt(name.substring(1)));
              return values;
            });
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    assertThat(Files.readString(folder.resolve("model.safetensors.index.json")))
        .contains("\"total_size\" : 60")
        .contains("\"t3\" : \"model-00002-of-00003.safetensors\"");
    try (TensorFolder read = TensorFolder.open(folder)) {
      assertThat(read.tensors().keySet()).isEqualTo(shapes.keySet());
      assertThat(read.floats("t4")).containsExactly(4, 4, 4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 4 | must end within the 4 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 9 | take up all 9 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | 12 | must begin at byte 0",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | 8 | must be 12 bytes apart",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | 8 | must be 8 bytes apart",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | 8 | of 0 or more (got -2)",
        "{'a':{'dtype':'F32','shape':[1e0],'data_offsets':[0,4]}} | 4 | whole numbers",
        "{'a':{'dtype':'F32','shape':[99999999999,99999999999],'data_offsets':[0,4]}} | 4 | can be",
        "{'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,4]}} | 4 | whole",
        "{'a':{'dtype':'Q4','shape':[1],'data_offsets':[0,4]}} | 4 | dtype must be one of",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | 4 | data_offsets must be two",
        "{'a':{'dtype':'F32','shape':[1]}} | 4 | must have dtype, shape, data_offsets",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}} | 4 | and nothing else",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{}} | 4 | Duplicate",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | tensor b must begin at",
        "{'__metadata__':{'a':1}} | 0 | must hold texts",
        "{'__metadata__':[]} | 0 | must be an object",
        "[] | 0 | another value",
        "{} {} | 0 | header",
      })
  void refusesAHeaderThatDoesNotFitItsFile(String header, int data, String why) throws IOException {
    Path file = write(header.replace('\'', '"'), data);
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": header: ")
        .hasMessageContaining(why);
  }

  /** Lengths of 2^63 and more, of more than the file, and of more than any header has. */
  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 3})
  void believesNoLengthOfAHeader(long length) throws IOException {
    byte[] bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Path file = write("x.safetensors", bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .hasMessageContaining("the header must lie within the file")
        .hasMessageContaining(Long.toUnsignedString(length));
  }

  @Test
  void refusesAFileThatIsTooShort() throws IOException {
    Path file = write("x.safetensors", new byte[7]);
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .hasMessage(file + " must have 8 bytes at least (got 7)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'weight_map':{'a':'../x.safetensors'}} | in a .safetensors file of the same folder",
        "{'weight_map':{'a':'/etc/x.safetensors'}} | in a .safetensors file of the same folder",
        "{'weight_map':{'a':'..\\\\x.safetensors'}} | in a .safetensors file of the same folder",
        "{'weight_map':{'a':'x.bin'}} | in a .safetensors file of the same folder",
        "{'weight_map':{'a':1}} | in a .safetensors file of the same folder",
        "{'weight_map':{'a':'missing.safetensors'}} | missing.safetensors must be a file",
        "{'weight_map':{'b':'x.safetensors'}} | tensor b must be in the file (got x.safetensors)",
        "{'weight_map':{'a':'y.safetensors','c':'x.safetensors'}} | must be in the file",
        "{'weight_map':{'c':'y.safetensors','a':'x.safetensors'}} | tensor d must be listed",
        "{'weight_map':{}, 'weight_map':{}} | Duplicate",
        "{'weight_map':[]} | weight_map must be an object",
        "{} | weight_map must be an object",
        "x | index.json: ",
      })
  void refusesAnIndexThatDoesNotFitItsFiles(String index, String why) throws IOException {
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);
    String two =
        "{\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"d\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
    write("y.safetensors", file(two, new byte[8]));
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.replace('\'', '"'));
    assertThatThrownBy(() -> TensorFolder.open(folder).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesAFolderWithout() {
    assertThatThrownBy(() -> TensorFolder.open(folder).close())
        .hasMessage(
            "--from must be a folder with model.safetensors or model.safetensors.index.json (got "
                + folder
                + ")");
  }
}
