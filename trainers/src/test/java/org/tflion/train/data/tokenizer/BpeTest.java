package org.tflion.train.data.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trainer, the file it writes and the tokenizer that reads it, against the plain algorithm. */
class BpeTest {

  private static final String TEXT =
      "low low low low low lower lower newest newest newest newest newest newest widest widest"
          + " widest aaaa aaaa caf\u00e9 caf\u00e9 \u65e5\u672c\u65e5\u672c \ud83e\udd81\ud83e\udd81 it's we'll\n\n  x  ";

  private static String train(String text, int vocabulary) {
    WordCounts counts = new WordCounts();
    counts.add(text);
    return new BpeTrainer(counts, vocabulary).train(done -> {});
  }

  /** Merges by the algorithm's text: count all pairs anew every time. */
  private static List<String> plainMerges(String text, int most) {
    Map<List<String>, Integer> words = new HashMap<>();
    var found = Words.of(text);
    while (found.find()) {
      List<String> symbols = new ArrayList<>();
      for (byte b : found.group().getBytes(StandardCharsets.UTF_8)) {
        symbols.add(String.valueOf(ByteSymbols.of(Byte.toUnsignedInt(b))));
      }
      words.merge(symbols, 1, Integer::sum);
    }
    List<String> order = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      order.add(String.valueOf(ByteSymbols.of(b)));
    }
    order.sort(null);
    List<String> merges = new ArrayList<>();
    while (merges.size() < most) {
      String best = bestPair(words, order);
      if (best == null) {
        break;
      }
      merges.add(best);
      order.add(best.replace(" ", ""));
      words = merged(words, best.split(" "));
    }
    return merges;
  }

  private static @Nullable String bestPair(Map<List<String>, Integer> words, List<String> order) {
    Map<String, Integer> pairs = new HashMap<>();
    words.forEach(
        (word, count) -> {
          for (int i = 0; i + 1 < word.size(); i++) {
            pairs.merge(word.get(i) + " " + word.get(i + 1), count, Integer::sum);
          }
        });
    String best = null;
    for (String pair : pairs.keySet()) {
      if (pairs.getOrDefault(pair, 0) > 1 && (best == null || isBefore(pair, best, pairs, order))) {
        best = pair;
      }
    }
    return best;
  }

  private static String half(String pair, int which) {
    return List.of(pair.split(" ", -1)).get(which);
  }

  private static boolean isBefore(
      String a, String b, Map<String, Integer> pairs, List<String> order) {
    int often = Integer.compare(pairs.getOrDefault(a, 0), pairs.getOrDefault(b, 0));
    if (often != 0) {
      return often > 0;
    }
    int left = Integer.compare(order.indexOf(half(a, 0)), order.indexOf(half(b, 0)));
    int right = Integer.compare(order.indexOf(half(a, 1)), order.indexOf(half(b, 1)));
    return left != 0 ? left < 0 : right < 0;
  }

  private static Map<List<String>, Integer> merged(
      Map<List<String>, Integer> words, String[] pair) {
    Map<List<String>, Integer> next = new HashMap<>();
    words.forEach((word, count) -> next.merge(merged(word, pair), count, Integer::sum));
    return next;
  }

  private static List<String> merged(List<String> word, String[] pair) {
    List<String> next = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      boolean found =
          i + 1 < word.size() && word.get(i).equals(pair[0]) && word.get(i + 1).equals(pair[1]);
      next.add(found ? pair[0] + pair[1] : word.get(i));
      i += found ? 1 : 0;
    }
    return next;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void learnsAndAppliesTheMergesOfThePlainAlgorithm(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    var text = new StringBuilder(seed == 1 ? TEXT : "");
    while (text.length() < 600) {
      text.append("aabbc \u00e9".charAt(random.nextInt(7)));
    }
    List<String> merges = plainMerges(text.toString(), 40);
    String json = train(text.toString(), 257 + merges.size());
    int at = 0;
    for (String merge : merges) {
      String[] pair = merge.split(" ", -1);
      String line = "[ \"" + pair[0] + "\", \"" + pair[1] + "\" ]";
      assertThat(json.indexOf(line, at)).as("%s after byte %d", line, at).isPositive();
      at = json.indexOf(line, at);
    }
    BpeTokenizer tokenizer = BpeTokenizer.parse(json);
    assertThat(tokenizer.vocabularySize()).isEqualTo(257 + merges.size());
    int[] tokens = tokenizer.encode(text.toString());
    assertThat(symbols(tokenizer, tokens)).isEqualTo(plainTokens(text.toString(), merges));
    assertThat(tokenizer.decode(tokens)).isEqualTo(text.toString());
  }

  private static List<String> symbols(BpeTokenizer tokenizer, int[] tokens) {
    List<String> symbols = new ArrayList<>();
    for (int token : tokens) {
      symbols.add(tokenizer.symbols(token));
    }
    return symbols;
  }

  /** All merges, one after the other, over each word. */
  private static List<String> plainTokens(String text, List<String> merges) {
    List<String> tokens = new ArrayList<>();
    var words = Words.of(text);
    while (words.find()) {
      List<String> word = new ArrayList<>();
      for (byte b : words.group().getBytes(StandardCharsets.UTF_8)) {
        word.add(String.valueOf(ByteSymbols.of(Byte.toUnsignedInt(b))));
      }
      for (String merge : merges) {
        word = merged(word, merge.split(" ", -1));
      }
      tokens.addAll(word);
    }
    return tokens;
  }

  @Test
  void countsOfPartsAreCountsOfTheWhole() {
    WordCounts parts = new WordCounts();
    for (String part : List.of(TEXT, " low", TEXT)) {
      WordCounts own = new WordCounts();
      own.add(part);
      parts.add(own);
    }
    String whole = train(TEXT + "\n" + " low" + TEXT, 300);
    assertThat(new BpeTrainer(parts, 300).train(done -> {})).isNotEqualTo(train(TEXT, 300));
    assertThat(whole).isNotEmpty();
    assertThat(train(TEXT, 300)).isEqualTo(train(TEXT, 300));
  }

  @Test
  void endsWhenEveryPairOccursOnce() {
    BpeTokenizer tokenizer = BpeTokenizer.parse(train("abab cd", 5000));
    assertThat(tokenizer.vocabularySize()).isEqualTo(258);
    assertThat(tokenizer.endOfText()).hasValue(257);
    assertThat(tokenizer.decode(new int[] {257})).isEqualTo("<|endoftext|>");
    assertThat(tokenizer.encode("<|endoftext|>")).doesNotContain(257);
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(new int[] {258}));
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(new int[] {-1}));
    assertThatIllegalArgumentException().isThrownBy(() -> train("a", 256));
  }

  @Test
  void aLongWordTakesNoLongerThanItsLength() {
    BpeTokenizer tokenizer = BpeTokenizer.parse(train("aaaaaaaa aaaaaaaa bbbb bbbb", 300));
    String word = "a".repeat(200_000) + "!".repeat(200_000) + " ".repeat(200_000) + "b";
    assertThat(tokenizer.decode(tokenizer.encode(word))).isEqualTo(word);
  }

  @Test
  void aTokenizerComesBackFromItsSpec() {
    BpeTokenizer tokenizer = BpeTokenizer.parse(train(TEXT, 290));
    Tokenizer again = Tokenizers.of(tokenizer.spec());
    assertThat(again.spec()).isEqualTo(tokenizer.spec());
    assertThat(again.encode(TEXT)).isEqualTo(tokenizer.encode(TEXT));
    for (Tokenizer other :
        List.of(new ByteTokenizer(), new Gpt2Tokenizer(), CharTokenizer.of("abc"))) {
      assertThat(Tokenizers.of(other.spec())).isEqualTo(other);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizers.of(new TokenizerSpec("bpe", null)))
        .withMessageContaining("must come with its definition");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizers.of(new TokenizerSpec("other", "{}")))
        .withMessageContaining("of a module on the class path (got other)");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"normalizer\" : null, \"normalizer\" : {\"type\": \"NFC\"}, normalizer must be null",
        "\"truncation\" : null, \"truncation\" : {\"max_length\": 5}, truncation must be null",
        "\"use_regex\" : true, \"use_regex\" : false, pre_tokenizer.use_regex must be true",
        "\"add_prefix_space\" : false, \"add_prefix_space\" : true, pre_tokenizer.add_prefix_space must be false",
        "\"type\" : \"BPE\", \"type\" : \"Unigram\", model.type must be BPE",
        "\"byte_fallback\" : false, \"byte_fallback\" : true, model.byte_fallback must be false",
        "\"ignore_merges\" : false, \"ignore_merges\" : true, model.ignore_merges must be false",
        "\"dropout\" : null, \"dropout\" : 0.1, model.dropout must be null",
        "\"special\" : true, \"special\" : false, added_tokens must be special tokens only",
        "\"version\" : \"1.0\", \"new_key\" : 1, new_key must be absent",
        "\"fuse_unk\" : false, \"glue\" : 1, model.glue must be absent",
        "\"A\" : 32, \"A\" : 33, `model.vocab must be ids, each once`",
        "\"A\" : 32, \"A\" : 3200, model.vocab must be ids without a gap",
        "\"A\" : 32, \"A\" : -1, model.vocab must be ids of 0 or more",
        "\"A\" : 32, \"AA\" : 32, model.vocab must be the symbol of every byte (got no A)",
        "\"merges\" : [, \"merges\" : [ \"q w e\" COMMA, model.merges must be pairs",
        "\"merges\" : [, \"merges\" : [ \"q zz\" COMMA, model.vocab must be every part of a merge",
        "\"merges\" : [, \"merges\" : [ \"q w\" COMMA, model.vocab must be the result of every merge",
        "\"merges\" : [, \"merges\" : [ 5 COMMA, model.merges must be pairs",
      })
  void refusesAnythingElseByName(String found, String instead, String message) {
    String json = train("abab", 258);
    assertThat(json).contains(found);
    int at = json.indexOf(found);
    String changed =
        json.substring(0, at) + instead.replace("COMMA", ",") + json.substring(at + found.length());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BpeTokenizer.parse(changed))
        .withMessageStartingWith("only byte-level BPE is read here: " + message);
  }

  @Test
  void readsBothWaysToWriteMerges() {
    String json = train("abab", 258);
    String old = json.replaceAll("\\[ \"a\", \"b\" ]", "\"a b\"");
    assertThat(old).isNotEqualTo(json);
    assertThat(BpeTokenizer.parse(old).encode("ab")).hasSize(1);
  }

  /** Ids that OpenAI's GPT-2 gives, from the README of nanoGPT and the tests of tiktoken. */
  @Test
  void gpt2HasItsIds() {
    Tokenizer gpt2 = new Gpt2Tokenizer();
    assertThat(gpt2.encode("hello world")).containsExactly(31373, 995);
    assertThat(gpt2.decode(new int[] {31373, 995, 50256})).isEqualTo("hello world<|endoftext|>");
    assertThat(gpt2.encode("<|endoftext|>")).doesNotContain(50256);
    assertThat(gpt2.vocabularySize()).isEqualTo(50_257);
    String text = TEXT.repeat(20);
    assertThat(gpt2.decode(gpt2.encode(text))).isEqualTo(text);
    assertThat(Arrays.stream(gpt2.encode(text)).max().orElse(0)).isLessThan(50_256);
  }
}
