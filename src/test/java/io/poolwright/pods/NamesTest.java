package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final String LONG =
      "render-frames-of-the-second-act-in-full-resolution-for-cinemas";

  @Test
  void shortNamesAreReadable() {
    assertThat(Names.taskPod("frame-7", 2)).isEqualTo("frame-7-2");
    assertThat(Names.nodePod("gpu", 12)).isEqualTo("gpu-node-12");
    assertThat(Names.inlineTask("render", "frame-7")).isEqualTo("render-frame-7");
    assertThat(Names.label("render")).isEqualTo("render");
  }

  @Test
  void theLongestThatFitsIsNotCut() {
    assertThat(Names.taskPod("a".repeat(61), 1)).isEqualTo("a".repeat(61) + "-1");
    assertThat(Names.taskPod("a".repeat(61), 10)).hasSize(63).endsWith("-10").contains("-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b.c", "x-.-y"})
  void namesOfAnyLengthMakePodNamesAndLabels(String piece) {
    for (int length = piece.length(); length <= 253; length += 1) {
      String name = piece.repeat(253).substring(0, length).replaceAll("[^a-z]+$", "z");
      for (int attempt : new int[] {1, 10, 1_000_000}) {
        assertThat(Names.taskPod(name, attempt))
            .hasSizeLessThanOrEqualTo(63)
            .matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
            .endsWith("-" + attempt);
      }
      assertThat(Names.label(name))
          .hasSizeLessThanOrEqualTo(63)
          .matches("[a-z0-9]([-a-z0-9_.]*[a-z0-9])?");
    }
  }

  @Test
  void longNamesThatBeginAlikeStayDistinct() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      names.add(Names.inlineTask(LONG, "frame-" + i));
    }
    assertThat(names).hasSize(10_000).allMatch(n -> n.length() <= 63);
  }

  @Test
  void attemptsOfOneTaskShareTheirBeginning() {
    String one = Names.taskPod(LONG + "-x", 1);
    String two = Names.taskPod(LONG + "-x", 2);

    assertThat(one.substring(0, one.length() - 1)).isEqualTo(two.substring(0, two.length() - 1));
  }

  @Test
  void aPoolsNetworkHasANameThatAServiceMayHave() {
    assertThat(Names.network("7-of-9")).matches("[a-z]([-a-z0-9]*[a-z0-9])?");
    assertThat(Names.network("a".repeat(50))).hasSizeLessThanOrEqualTo(63);
    assertThat(Names.domain("gpu", "team-a")).isEqualTo("pool-gpu.team-a.svc");
  }

  @Test
  void aTasksHostNameHasNoDotsAndIsItsAlone() {
    assertThat(Names.host("render-frame-7")).isEqualTo("render-frame-7");
    Set<String> hosts = new HashSet<>();
    for (String name :
        new String[] {"a.b", "a-b", "a.b.c", "a-b.c", "a.b-c", "x.".repeat(60) + "x"}) {
      assertThat(Names.host(name))
          .hasSizeLessThanOrEqualTo(63)
          .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
      hosts.add(Names.host(name));
    }
    assertThat(hosts).hasSize(6);
  }

  /** The name is part of the protocol: the next version of the operator must find this pod. */
  @Test
  void theHashIsTheFirst64BitsOfTheSha256OfTheName() {
    assertThat(Names.taskPod("a".repeat(64), 1))
        .isEqualTo("a".repeat(44) + "-" + "ffe054fe7ae0cb6d" + "-1");
  }
}
