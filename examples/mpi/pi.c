/* Pi as an integral, a part of it on each node. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv) {
  const long steps = 10000000;
  int rank, size, length;
  char host[MPI_MAX_PROCESSOR_NAME];
  double part = 0, pi = 0;

  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Get_processor_name(host, &length);
  printf("rank %d of %d on %s\n", rank, size, host);
  fflush(stdout);
  for (long i = rank; i < steps; i += size) {
    double x = (i + 0.5) / steps;
    part += 4 / (1 + x * x);
  }
  part /= steps;
  MPI_Reduce(&part, &pi, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
  if (rank == 0) {
    printf("pi is %.9f\n", pi);
  }
  MPI_Finalize();
  return 0;
}
