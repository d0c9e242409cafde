package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.pods.SpecialPods;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Preparation and release of jobs where something stops, goes or says no in the middle. */
class PreparationFaultsIT {

  @Test
  void aPodThatIsLostWithItsMachineIsNoFailure() {
    try (Space space = new Space("lost")) {
      space
          .kubelet()
          .script(space.name(), "j/preparation", End.first(new End.Vanish(), new End.Evicted()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          PreparationIT.job(
              "jobPreparationTask: {commandLine: prepare}", "- {id: a, commandLine: work}\n"));

      Job over = space.awaitCompleted("j");

      assertThat(PreparationIT.runs(space, PreparationIT.FIRST)).isEqualTo(3);
      assertThat(PreparationIT.first(over).preparation().retryCount()).isNull();
      assertThat(PreparationIT.first(over).preparation().attempt()).isEqualTo(3);
    }
  }

  @Test
  void aRebootedNodeIsPreparedAgainUnlessItNeedNotBe() {
    for (boolean again : new boolean[] {true, false}) {
      try (Space space = new Space("reboot-" + again)) {
        space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
        space.operator();
        space.pool("p", 1, 1);
        space.apply(
            PreparationIT.job(
                "jobPreparationTask: {commandLine: prepare, rerunOnNodeRebootAfterSuccess: "
                    + again
                    + "}\njobReleaseTask: {commandLine: clean}",
                "- {id: a, commandLine: work}\n"));
        PreparationIT.awaitRuns(space, "j-a", 1);
        Pod before = space.nodePods().getFirst();
        space.makeClaim(before);

        space.ask(before, "Reboot");

        Job over = space.awaitCompleted("j");
        assertThat(PreparationIT.runs(space, "j-a")).isEqualTo(2);
        assertThat(PreparationIT.runs(space, PreparationIT.FIRST)).isEqualTo(again ? 2 : 1);
        assertThat(PreparationIT.runs(space, PreparationIT.RELEASE)).isEqualTo(1);
        assertThat(PreparationIT.first(over).nodeUid()).isNotEqualTo(before.getMetadata().getUid());
      }
    }
  }

  @Test
  void anOperatorThatIsKilledMeanwhileRunsNothingTwice() {
    for (int round = 0; round < 2; round++) {
      try (Space space = new Space("killed")) {
        space.kubelet().script(space.name(), "j/preparation", End.always(new End.Hang()));
        RunningOperator first = space.operator();
        space.pool("p", 2, 1);
        space.apply(
            PreparationIT.job(
                "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
                "- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n- {id: c, commandLine: work}\n"));
        PreparationIT.awaitRuns(space, PreparationIT.FIRST, 1);
        PreparationIT.awaitRuns(space, "j/preparation/p-node-2", 1);
        first.kill();
        if (round == 1) {
          // They end while nobody looks.
          finishPreparations(space);
        }
        RunningOperator second = space.operator();
        finishPreparations(space);
        space.awaitTrue(
            "tasks run",
            () -> PreparationIT.order(space).stream().anyMatch(t -> t.startsWith("j-")));
        second.kill();
        space.operator();

        space.awaitCompleted("j");

        Map<String, Integer> runs = new TreeMap<>();
        PreparationIT.order(space).forEach(t -> runs.merge(t, 1, Integer::sum));
        assertThat(runs)
            .containsOnlyKeys(
                PreparationIT.FIRST,
                "j/preparation/p-node-2",
                "j-a",
                "j-b",
                "j-c",
                PreparationIT.RELEASE,
                "j/release/p-node-2")
            .allSatisfy((what, count) -> assertThat(count).as(what).isEqualTo(1));
      }
    }
  }

  private static void finishPreparations(Space space) {
    space.kubelet().finish(space.name(), PreparationIT.FIRST, End.SUCCESS);
    space.kubelet().finish(space.name(), "j/preparation/p-node-2", End.SUCCESS);
  }

  @Test
  void aPodThatIsRefusedIsSaidAndTriedAgain() {
    try (Space space = new Space("refused")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.refusePods();
      space.apply(
          PreparationIT.job(
              "jobPreparationTask: {commandLine: prepare}", "- {id: a, commandLine: work}\n"));
      space.awaitJob(
          "j",
          j -> Space.reason(j).equals("PreparationFailed") && Space.message(j).contains("refused"));

      space.admitPods();

      Job over = space.awaitCompleted("j");
      assertThat(over.stateOrActive()).isEqualTo(JobState.COMPLETED);
      assertThat(PreparationIT.runs(space, PreparationIT.FIRST)).isEqualTo(1);
    }
  }

  @Test
  void aPodThatIsRefusedOnOneNodeIsNoTroubleWhileAnotherTakesTheTasks() {
    try (Space space = new Space("refused-one")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "j-b", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      // Somebody else's pod has the name of the one that would prepare the first node.
      Job named = new Job();
      named.setMetadata(new ObjectMetaBuilder().withName("j").build());
      space.apply(Space.stranger(SpecialPods.Kind.PREPARATION.pod(named, "p-node-1", 1)));
      space.apply(
          PreparationIT.job(
              "jobPreparationTask: {commandLine: prepare}",
              "- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n"));

      space.awaitTrue(
          "a task runs",
          () -> PreparationIT.runs(space, "j-a") + PreparationIT.runs(space, "j-b") == 1);
      Job calm =
          space.awaitJob("j", j -> Space.message(j).contains("was refused on node p-node-1"));
      assertThat(Space.reason(calm)).isEqualTo("Active");
      assertThat(space.tasks()).noneMatch(t -> Space.reason(t).equals("PreparationFailed"));
      String running = PreparationIT.runs(space, "j-a") == 1 ? "j-a" : "j-b";
      String other = running.equals("j-a") ? "j-b" : "j-a";
      space.kubelet().finish(space.name(), running, End.SUCCESS);
      PreparationIT.awaitRuns(space, other, 1);
      space.kubelet().finish(space.name(), other, End.SUCCESS);

      space.awaitCompleted("j");
      assertThat(PreparationIT.runs(space, PreparationIT.FIRST)).isZero();
      assertThat(PreparationIT.runs(space, "j/preparation/p-node-2")).isEqualTo(1);
    }
  }
}
