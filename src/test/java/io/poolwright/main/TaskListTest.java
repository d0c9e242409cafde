package io.poolwright.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What poolwright tasks prints. */
class TaskListTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private static Job job(String factory) throws JsonProcessingException {
    return JSON.readValue(
        """
        {"metadata":{"name":"j","namespace":"n","creationTimestamp":"2026-01-01T00:00:00Z"},
         "spec":{"poolInfo":{"poolId":"p"},"taskFactory":%s},
         "status":{"taskFactory":{"size":5,"succeeded":"0","failed":"3",
           "live":[{"index":1,"attempt":2,"podUid":"u","node":"p-node-1","retries":1}],
           "failures":[{"index":3,"attempt":1,"exitCode":7,"code":"FailureExitCode","message":"exit code 7"}]}}}
        """
            .formatted(factory),
        Job.class);
  }

  private int list(Job job, TaskList.@Nullable State only) throws IOException {
    Task merge =
        JSON.readValue(
            """
            {"metadata":{"name":"j-merge"},"spec":{"id":"merge","jobId":"j","commandLine":"m"}}
            """,
            Task.class);
    return new TaskList(out, new PrintWriter(err), only).list(job, each -> each.accept(merge));
  }

  @Test
  void tasksOfAFactoryAndObjectsAreOneList() throws IOException {
    assertThat(
            list(
                job("{\"type\":\"Repeat\",\"count\":5,\"repeatTask\":{\"commandLine\":\"w\"}}"),
                null))
        .isZero();
    assertThat(out.toString().lines().map(l -> l.replaceAll(" +", " ")))
        .containsExactly(
            "ID STATE ATTEMPT EXIT NODE WHY",
            "0 Succeeded",
            "1 Running 2 p-node-1 Running: attempt 2 on node p-node-1",
            "2 Active 0",
            "3 Failed 1 7 FailureExitCode: exit code 7",
            "4 Active 0",
            "merge Active 0");
  }

  @Test
  void oneStateCanBeAskedFor() throws IOException {
    Job job = job("{\"type\":\"Repeat\",\"count\":5,\"repeatTask\":{\"commandLine\":\"w\"}}");
    assertThat(list(job, TaskList.State.FAILED)).isZero();
    assertThat(out.toString()).contains("FailureExitCode").doesNotContain("Running");
  }

  @Test
  void aFactoryThatMakesNoSenseIsTold() throws IOException {
    Job job = job("{\"type\":\"Repeat\",\"count\":5,\"repeatTask\":{\"commandLine\":\"w {4}\"}}");
    assertThat(list(job, null)).isEqualTo(1);
    assertThat(err.toString()).startsWith("spec.taskFactory.repeatTask.commandLine: ");
  }
}
