using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Transparency;

public sealed class CheckpointTests : IDisposable
{
    private static readonly DateTimeOffset Time = DateTimeOffset.UnixEpoch.AddYears(50);
    private readonly ECDsa _privateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly NoteKey _key;
    private readonly string _text = new Checkpoint("log.example", 3, MerkleTree.LeafHash("x"u8)).ToText();

    public CheckpointTests() => _key = NoteKey.ForLog("log.example", VerificationKey.Of(_privateKey));

    public void Dispose() => _privateKey.Dispose();

    [Fact]
    public void A_checkpoint_comes_back_and_its_log_signed_it()
    {
        var note = SignedNote.Parse(SignedNote.Format(_text, [_key.Sign(_text, _privateKey, Time)]));
        var checkpoint = Checkpoint.ParseText(note.Text);
        Assert.Equal(_text, note.Text);
        Assert.Equal(("log.example", 3L), (checkpoint.Origin, checkpoint.Size));
        Assert.True(note.IsSignedBy(_key));
    }

    [Fact]
    public void A_signed_tree_head_of_a_certificate_log_verifies_only_for_its_own_text()
    {
        var key = NoteKey.ForCertificateLog("log.example", _key.Key);
        var signature = key.Sign(_text, _privateKey, Time);
        Assert.True(SignedNote.Parse(SignedNote.Format(_text, [signature])).IsSignedBy(key));
        var other = new Checkpoint("log.example", 4, MerkleTree.LeafHash("x"u8)).ToText();
        Refusal.Is(FailureCode.CheckpointSignature, () => SignedNote.Parse(SignedNote.Format(other, [signature])).IsSignedBy(key));
    }

    [Fact]
    public void An_Ed25519_signature_verifies_for_its_own_name_key_and_text()
    {
        var seed = new Ed25519PrivateKeyParameters(new SecureRandom());
        var key = Ed25519Key("log.example", seed);
        var note = SignedNote.Parse(SignedNote.Format(_text, [SignEd25519(key, seed, _text)]));
        Assert.True(note.IsSignedBy(key));
        Assert.False(note.IsSignedBy(Ed25519Key("other.example", seed)));
        Assert.False(note.IsSignedBy(Ed25519Key("log.example", new Ed25519PrivateKeyParameters(new SecureRandom()))));
        var other = new Checkpoint("log.example", 4, MerkleTree.LeafHash("x"u8)).ToText();
        Refusal.Is(FailureCode.CheckpointSignature, () => SignedNote.Parse(SignedNote.Format(other, [SignEd25519(key, seed, _text)])).IsSignedBy(key));
    }

    [Fact]
    public void A_signature_under_another_hint_is_nobodys()
    {
        var signature = _key.Sign(_text, _privateKey, Time);
        Assert.False(SignedNote.Parse(SignedNote.Format(_text, [signature with { Hint = signature.Hint ^ 1 }])).IsSignedBy(_key));
    }

    [Fact]
    public void Lines_of_unknown_signers_are_passed_over_wherever_they_stand()
    {
        var strange = new NoteSignature("witness.example", 7, new byte[72]);
        var note = SignedNote.Parse(SignedNote.Format(_text, [strange, _key.Sign(_text, _privateKey, Time), strange]));
        Assert.True(note.IsSignedBy(_key));
        Assert.False(SignedNote.Parse(SignedNote.Format(_text, [strange])).IsSignedBy(_key));
    }

    [Fact]
    public void A_bad_line_under_the_logs_name_and_hint_refuses_the_note_even_beside_a_good_one()
    {
        var good = _key.Sign(_text, _privateKey, Time);
        var bad = good with { Bytes = _key.Sign(_text + "x\n", _privateKey, Time).Bytes };
        Refusal.Is(FailureCode.CheckpointSignature, () => SignedNote.Parse(SignedNote.Format(_text, [good, bad])).IsSignedBy(_key));
    }

    [Theory]
    [InlineData("log.example\n3\n")]
    [InlineData("log.example\n03\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("log.example\n+3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("log.example\n-3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("log.example\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("log.example\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("log.example\n3\nAAAA\n")]
    [InlineData("log.example\n3\n\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("log.example\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("3\nlog.example\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    public void A_checkpoint_without_origin_size_or_root_in_its_one_form_is_refused(string text) =>
        Refusal.Is(FailureCode.CheckpointMalformed, () => Checkpoint.ParseText(text));

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name\n")]
    [InlineData("text\n\n— name AAAA\n")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n— na+me AAAAAAA=\n")]
    [InlineData("text\n\n— na me AAAAAAA=\n")]
    [InlineData("text\n\n— name AAAAAAA=")]
    [InlineData("te\rxt\n\n— name AAAAAAA=\n")]
    public void A_note_of_any_other_form_is_refused(string note) =>
        Refusal.Is(FailureCode.CheckpointMalformed, () => SignedNote.Parse(note));

    private static NoteKey Ed25519Key(string name, Ed25519PrivateKeyParameters seed) =>
        NoteKey.ForLog(name, VerificationKey.Parse([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, .. seed.GeneratePublicKey().GetEncoded()]));

    private static NoteSignature SignEd25519(NoteKey key, Ed25519PrivateKeyParameters seed, string text)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, seed);
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        signer.BlockUpdate(bytes, 0, bytes.Length);
        return new NoteSignature(key.Name, key.Hint, signer.GenerateSignature());
    }

    [Fact]
    public void A_note_with_over_a_hundred_signatures_is_refused() =>
        Refusal.Is(FailureCode.TooMany, () => SignedNote.Parse(SignedNote.Format("t\n", Enumerable.Repeat(new NoteSignature("n", 1, new byte[8]), 101))));

}
