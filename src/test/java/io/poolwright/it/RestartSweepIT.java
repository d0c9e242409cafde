package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.poolwright.api.pool.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node is rebooted and its neighbour reimaged, and each write on the way may go wrong. */
class RestartSweepIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int AT_ONCE = 8;

  /** A pool of two: one of its nodes is rebooted, the other reimaged. */
  private static int run(Fault fault, List<String> failures) {
    Tap tap = new Tap(fault);
    Space space = new Space("restart");
    try {
      space.pool("p", 2, 1);
      RunningOperator first = space.operator(tap);
      settle(space, tap, first, fault, "the pool", () -> isSteady(space));
      String reboots = uid(space, "p-node-1");
      String reimages = uid(space, "p-node-2");
      String kept = claim(space, "p-node-1");
      String lost = claim(space, "p-node-2");
      NodeVerbsIT.ask(space, "p-node-1", "Reboot");
      NodeVerbsIT.ask(space, "p-node-2", "Reimage");
      settle(
          space,
          tap,
          first,
          fault,
          "both are back",
          () ->
              isSteady(space)
                  && !reboots.equals(uid(space, "p-node-1"))
                  && !reimages.equals(uid(space, "p-node-2")));
      await("the claims").atMost(PATIENCE).until(() -> isItsOwn(space, "p-node-2"));
      List<String> problems = new ArrayList<>();
      expect(problems, "nodes", 2, space.nodePods().size());
      expect(problems, "last number", 2, space.pool("p").getStatus().lastNode());
      expect(problems, "the directory that is kept", kept, claim(space, "p-node-1"));
      expect(problems, "its owner", true, isItsOwn(space, "p-node-1"));
      expect(
          problems,
          "the directory that is lost is back",
          false,
          lost.equals(claim(space, "p-node-2")));
      if (!problems.isEmpty()) {
        failures.add(fault.kind() + ": " + problems + " after " + tap.writes());
      }
    } catch (ConditionTimeoutException | IllegalStateException | AssertionError e) {
      failures.add(fault.kind() + ": " + e.getMessage() + " after " + tap.writes());
    } finally {
      fault.goOn();
      space.killAll();
    }
    return tap.writes().size();
  }

  /** Where the operator was killed, the next one goes on. */
  private static void settle(
      Space space,
      Tap tap,
      RunningOperator first,
      Fault fault,
      String what,
      java.util.concurrent.Callable<Boolean> reached) {
    boolean[] replaced = {
      fault.kind() != Fault.Kind.KILLED_BEFORE && fault.kind() != Fault.Kind.KILLED_AFTER
    };
    await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          if (!replaced[0] && tap.isDead()) {
            replaced[0] = true;
            first.kill();
            space.operator();
          }
          return reached.call();
        });
  }

  private static boolean isSteady(Space space) {
    Pool pool = space.pool("p");
    return Space.reason(pool).equals("Steady") && pool.getStatus().restarting().isEmpty();
  }

  private static String uid(Space space, String node) {
    Pod pod = NodeVerbsIT.node(space, node);
    return pod == null ? "" : pod.getMetadata().getUid();
  }

  private static String claim(Space space, String node) {
    return NodeVerbsIT.claim(space, node).map(c -> c.getMetadata().getUid()).orElse("");
  }

  private static boolean isItsOwn(Space space, String node) {
    PersistentVolumeClaim claim = NodeVerbsIT.claim(space, node).orElse(null);
    return claim != null
        && claim.getMetadata().getDeletionTimestamp() == null
        && claim.getMetadata().getOwnerReferences().stream()
            .map(OwnerReference::getUid)
            .toList()
            .equals(List.of(uid(space, node)));
  }

  private static void expect(List<String> problems, String what, Object wanted, Object found) {
    if (!Objects.equals(wanted, found)) {
      problems.add(what + " is " + found + ", not " + wanted);
    }
  }

  @Test
  void withoutFaultItIsNotChatty() {
    List<String> failures = new ArrayList<>();
    int writes = run(Fault.none(), failures);
    assertThat(failures).isEmpty();
    // Twice two pods, two deletions, the claim to and fro, labels, events and what the pool says.
    assertThat(writes).isBetween(10, 40);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      mode = EnumSource.Mode.INCLUDE,
      names = {"KILLED_BEFORE", "KILLED_AFTER", "ANSWER_LOST", "SENT_TWICE"})
  void everyWriteMayGoWrong(Fault.Kind kind) {
    HttpClient other = ApiServer.running().admin().getHttpClient();
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    int writes = run(Fault.none(), failures);
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int k = 1; k <= writes; k++) {
        Fault fault = new Fault(kind, k, other);
        threads.execute(() -> run(fault, failures));
      }
    }
    assertThat(failures).isEmpty();
  }
}
