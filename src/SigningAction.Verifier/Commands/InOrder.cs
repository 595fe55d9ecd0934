using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Verifier.Commands;

/// <summary>Does work on several threads and hands the results on in the order of the work, on the calling thread, each as soon as its turn has come.</summary>
internal static class InOrder
{
    /// <summary>Results that may wait for an earlier one, for each worker: a large file must not stop the small ones, nor may they pile up without end.</summary>
    private const int WaitingPerWorker = 64;

    /// <summary>Calls <paramref name="work"/> for 0 to <paramref name="count"/> - 1 and <paramref name="done"/> with each result.</summary>
    /// <exception cref="Exception">The first that <paramref name="work"/> threw, as it was thrown; results before it have been handed on.</exception>
    public static void Run<T>(int count, int workers, Func<int, T> work, Action<T> done)
    {
        if (count == 1 || workers == 1)
        {
            for (var i = 0; i < count; i++)
            {
                done(work(i));
            }

            return;
        }

        new Crew<T>(count, Math.Min(workers, count), work).Run(done);
    }

    private sealed class Crew<T>(int count, int workers, Func<int, T> work)
    {
        private readonly object _gate = new();
        private readonly Queue<Task<T>> _order = new();
        private readonly int _window = workers * WaitingPerWorker;
        private int _begun;
        private bool _stopped;

        public void Run(Action<T> done)
        {
            var threads = new Thread[workers];
            for (var i = 0; i < workers; i++)
            {
                threads[i] = new Thread(Work) { IsBackground = true };
                threads[i].Start();
            }

            try
            {
                for (var i = 0; i < count; i++)
                {
                    done(Next());
                }
            }
            finally
            {
                lock (_gate)
                {
                    _stopped = true;
                    Monitor.PulseAll(_gate);
                }

                foreach (var thread in threads)
                {
                    thread.Join();
                }
            }
        }

        private T Next()
        {
            Task<T> first;
            lock (_gate)
            {
                while (!_order.TryPeek(out first!))
                {
                    Monitor.Wait(_gate);
                }
            }

            var result = first.GetAwaiter().GetResult();
            lock (_gate)
            {
                _order.Dequeue();
                Monitor.PulseAll(_gate);
            }

            return result;
        }

        [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Thrown again where the result is taken.")]
        private void Work()
        {
            while (Begin() is var (index, result))
            {
                try
                {
                    result.SetResult(work(index));
                }
                catch (Exception e)
                {
                    result.SetException(e);
                }
            }
        }

        private (int Index, TaskCompletionSource<T> Result)? Begin()
        {
            lock (_gate)
            {
                while (!_stopped && _begun < count && _order.Count >= _window)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopped || _begun == count)
                {
                    return null;
                }

                var result = new TaskCompletionSource<T>();
                _order.Enqueue(result.Task);
                Monitor.PulseAll(_gate);
                return (_begun++, result);
            }
        }
    }
}
