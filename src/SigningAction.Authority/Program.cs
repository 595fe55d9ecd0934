using SigningAction.Authority;

return await SigningAuthority.RunAsync(args, Console.Out, Console.Error);
