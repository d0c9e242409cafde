package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.keys.PackedKeys;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pod finds that lists the objects of a job's factory. */
class KeyListingTest extends AgentContainer {

  private List<String> listed(String source) throws IOException {
    ask("POOLWRIGHT_SOURCE", source);
    assertThat(run("list")).withFailMessage(this::said).isZero();
    PackedKeys read =
        PackedKeys.read(
            new StringReader(said()),
            message().path("entries").asInt(),
            message().path("perPart").asInt(),
            message().path("digest").asText());
    List<String> keys = new ArrayList<>();
    for (byte[] part : read.parts()) {
      keys.addAll(PackedKeys.unpack(part));
    }
    return keys;
  }

  @Test
  void theFilesBelowAPrefixAreListedInTheOrderOfTheirKeys() throws Exception {
    for (String key :
        List.of("in/b", "in/a b", "in/B", "in/é", "in/deep/c", "in/dir/", "inner", "out")) {
      server.put(key, "");
    }
    assertThat(listed("{'prefix':'in/'}"))
        .containsExactly("in/B", "in/a b", "in/b", "in/deep/c", "in/é");
  }

  @Test
  void aBucketMayBeNamedAndNothingMayBeFound() throws Exception {
    server.put("named/x", "");
    assertThat(listed("{'bucket':'linked-bucket','prefix':'named/'}")).containsExactly("named/x");
  }

  @Test
  void whereNothingIsFoundTheListIsEmpty() throws Exception {
    assertThat(listed("{'prefix':'nothing/here/'}")).isEmpty();
  }

  @Test
  void whatKeepsItFromListingIsNamed() throws Exception {
    ask("POOLWRIGHT_SOURCE", "{'bucket':'no-such-bucket'}");
    assertThat(run("list")).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo("BucketNotFound");
    assertThat(message().path("field").asText()).isEqualTo("spec.taskFactory.source");
    removeSecret();
    ask("POOLWRIGHT_SOURCE", "{}");
    assertThat(run("list")).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo("StorageSecretNotFound");
  }
}
