// Verifies bundles with sigstore-go in process, root and verifier kept, on one core, and prints the microseconds of processor time that one takes.
//
//	main ROOT ARTIFACT IDENTITY ISSUER BUNDLE...
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

const (
	slices = 5
	slice  = 500 * time.Millisecond
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	must(0, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	runtime.GOMAXPROCS(1)
	trusted := must(root.NewTrustedRootFromPath(os.Args[1]))
	digest := sha256.Sum256(must(os.ReadFile(os.Args[2])))
	identity := must(verify.NewShortCertificateIdentity(os.Args[4], "", os.Args[3], ""))
	var bundles [][]byte
	for _, path := range os.Args[5:] {
		bundles = append(bundles, must(os.ReadFile(path)))
	}
	verifier := must(verify.NewVerifier(trusted, verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1), verify.WithSignedCertificateTimestamps(1)))
	policy := verify.NewPolicy(verify.WithArtifactDigest("sha256", digest[:]), verify.WithCertificateIdentity(identity))

	least := time.Hour
	for i := 0; i < slices; i++ {
		count := 0
		start, before := time.Now(), processorTime()
		for time.Since(start) < slice {
			read := new(bundle.Bundle)
			must(0, read.UnmarshalJSON(bundles[count%len(bundles)]))
			must(verifier.Verify(read, policy))
			count++
		}
		least = min(least, (processorTime()-before)/time.Duration(count))
	}
	fmt.Printf("%.1f\n", float64(least.Nanoseconds())/1000)
}
